"""How fast the box is: ``python -m bench [NAME …]`` measures, prints one table and writes bench/latest.json."""
