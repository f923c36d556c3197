"""Private shops: servers on 127.0.0.1 that behave as stores' APIs are documented to, as far as we call them."""
