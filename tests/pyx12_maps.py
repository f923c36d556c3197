"""Our structures as maps of pyx12: its walk and checks can be held against ours on sets it ships no map for.

Only the tables are ours: how a segment is placed, counted and checked, and what its 997 says, is pyx12's own doing.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pyx12
import pyx12.params
import pyx12.x12n_document

from translators.structures import Node
from translators.x12.schemas import ElementSpec, conditions, schema, segment_specs

_SHIPPED = Path(pyx12.__file__).parent / "map"
_KINDS = {"an": "AN", "id": "ID", "n": "N0", "n2": "N2", "r": "R", "dt": "DT", "tm": "TM", "b": "AN", "c": "AN"}
_BODY_ENDS = '        <segment xid="SE">'
_BODY_BEGINS = "<!--End of ST segment-->"


def write_maps(folder: Path, set_ids: list[str]) -> None:
    """Fills a folder with pyx12's maps and ours."""
    shutil.copytree(_SHIPPED, folder, dirs_exist_ok=True)
    elements = (folder / "dataele.xml").read_text("utf-8")
    ours = [_data_element(tag, at, spec) for tag, specs in segment_specs().items() for at, spec in enumerate(specs, 1)]
    (folder / "dataele.xml").write_text(elements.replace("</data_elements>", "\n".join(ours) + "</data_elements>"))
    index = (folder / "maps.xml").read_text("utf-8")
    rows = [f'<map vriic="004010" fic="{schema(one).functional_id}" abbr="{one}">{one}.xml</map>' for one in set_ids]
    (folder / "maps.xml").write_text(
        index.replace('<version icvn="00401">', '<version icvn="00401">' + "".join(rows), 1)
    )
    frame = (_SHIPPED / "997.4010.xml").read_text("utf-8")
    for set_id in set_ids:
        head = frame[: frame.index(_BODY_BEGINS)].replace("<code>997</code>", f"<code>{set_id}</code>")
        head = head.replace("<code>FA</code>", f"<code>{schema(set_id).functional_id}</code>")
        tail = frame[frame.index(_BODY_ENDS) :].replace("<pos>080</pos>", "<pos>9999</pos>", 1)
        body = "".join(_place(child, at * 10) for at, child in enumerate(schema(set_id).root.children[1:-1], 1))
        (folder / f"{set_id}.xml").write_text(head + body + tail, "utf-8")


def verdict(raw: bytes, folder: Path) -> list[str]:
    """What pyx12 answers: the AK segments of its 997."""
    answer = io.StringIO()
    source = io.StringIO(raw.decode("ascii"))
    pyx12.x12n_document.x12n_document(pyx12.params.params(), source, answer, None, map_path=str(folder))
    segments = (one.strip() for one in answer.getvalue().split("~"))
    return [one for one in segments if one.startswith("AK")]


def _place(node: Node, position: int) -> str:
    common = f"<name>{node.tag}</name><usage>{'R' if node.must else 'S'}</usage><pos>{position:04}</pos>"
    if node.is_loop:
        inner = "".join(_place(child, at * 10) for at, child in enumerate(node.children, 1))
        return f'<loop xid="{node.tag}">{common}<repeat>{node.most}</repeat>{inner}</loop>'
    asked = "".join(
        f"<syntax>{one.kind}{''.join(f'{at:02}' for at in one.elements)}</syntax>"
        for one in conditions().get(node.tag, ())
    )
    specs = enumerate(segment_specs()[node.tag], 1)
    elements = "".join(_element(node.tag, at, spec) for at, spec in specs)
    return f'<segment xid="{node.tag}">{common}<max_use>{node.most}</max_use>{asked}{elements}</segment>'


def _element(tag: str, at: int, spec: ElementSpec) -> str:
    codes = "".join(f"<code>{code}</code>" for code in sorted(spec.codes))
    return (
        f'<element xid="{tag}{at:02}"><data_ele>{tag}{at:02}</data_ele><name>{tag}{at:02}</name>'
        f"<usage>{'R' if spec.must else 'S'}</usage><seq>{at:02}</seq>"
        + (f"<valid_codes>{codes}</valid_codes>" if codes else "")
        + "</element>"
    )


def _data_element(tag: str, at: int, spec: ElementSpec) -> str:
    most = 999 if spec.kind in ("b", "c") else spec.most
    kind = _KINDS[spec.kind]
    return f'<data_ele ele_num="{tag}{at:02}" data_type="{kind}" min_len="{spec.least}" max_len="{most}" name="{tag}"/>'
