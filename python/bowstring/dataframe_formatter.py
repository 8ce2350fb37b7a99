# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""How frames are shown: one formatter a process, which :func:`configure_formatter` replaces."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from bowstring import _arrow
from bowstring._table_text import frame_text

__all__ = [
    "CellFormatter",
    "DataFrameHtmlFormatter",
    "DefaultStyleProvider",
    "FormatterManager",
    "StyleProvider",
    "configure_formatter",
    "get_formatter",
    "reset_formatter",
    "set_formatter",
]


@runtime_checkable
class CellFormatter(Protocol):
    """The text of a value."""

    def __call__(self, value: Any, /) -> str: ...


@runtime_checkable
class StyleProvider(Protocol):
    """The style attributes of cells."""

    def get_cell_style(self) -> str: ...

    def get_header_style(self) -> str: ...


class DefaultStyleProvider:
    def get_cell_style(self) -> str:
        # The plain colour is for readers that know no variables; where they do, the second one wins.
        return (
            "border: 1px solid black; border: 1px solid var(--jp-border-color2, #8888); padding: 8px; text-align: left; "
            "white-space: nowrap;"
        )

    def get_header_style(self) -> str:
        return (
            "border: 1px solid black; border: 1px solid var(--jp-border-color2, #8888); padding: 8px; text-align: left; "
            "background-color: #f2f2f2; background-color: var(--jp-layout-color2, #8882); white-space: nowrap;"
        )


_STYLES = """
.expandable-container { display: inline-block; max-width: 200px; }
.expandable { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; display: block; }
.full-text { display: none; white-space: normal; }
.expand-btn { cursor: pointer; color: inherit; background: none; border: none; text-decoration: underline; font-size: inherit; }
"""


def _positive(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{name} must be a positive integer")
    return value


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be a boolean")
    return value


class DataFrameHtmlFormatter:
    """Frames as HTML and as text."""

    def __init__(
        self,
        max_cell_length: int = 25,
        max_width: int = 1000,
        max_height: int = 300,
        max_memory_bytes: int = 2 * 1024 * 1024,
        min_rows: int = 10,
        max_rows: int | None = None,
        repr_rows: int | None = None,
        enable_cell_expansion: bool = True,
        custom_css: str | None = None,
        show_truncation_message: bool = True,
        style_provider: StyleProvider | None = None,
        use_shared_styles: bool = True,
    ) -> None:
        self.max_cell_length = _positive("max_cell_length", max_cell_length)
        self.max_width = _positive("max_width", max_width)
        self.max_height = _positive("max_height", max_height)
        self.max_memory_bytes = _positive("max_memory_bytes", max_memory_bytes)
        self.min_rows = _positive("min_rows", min_rows)
        if repr_rows is not None:
            warnings.warn("repr_rows parameter is deprecated, use max_rows instead", DeprecationWarning, stacklevel=2)
            if max_rows is not None:
                raise ValueError("Cannot specify both repr_rows and max_rows; use max_rows only")
            max_rows = repr_rows
        self._max_rows = 10 if max_rows is None else _positive("max_rows", max_rows)
        if max_rows is not None and self.min_rows > self._max_rows:
            raise ValueError("min_rows must be less than or equal to max_rows")
        self.enable_cell_expansion = _flag("enable_cell_expansion", enable_cell_expansion)
        if custom_css is not None and not isinstance(custom_css, str):
            raise TypeError("custom_css must be None or a string")
        self.custom_css = custom_css
        self.show_truncation_message = _flag("show_truncation_message", show_truncation_message)
        if style_provider is not None and not isinstance(style_provider, StyleProvider):
            raise TypeError("style_provider must implement the StyleProvider protocol")
        self.style_provider: StyleProvider = style_provider or DefaultStyleProvider()
        self.use_shared_styles = _flag("use_shared_styles", use_shared_styles)
        self._type_formatters: dict[type, CellFormatter] = {}
        self._custom_cell_builder: Callable[..., str] | None = None
        self._custom_header_builder: Callable[..., str] | None = None

    @property
    def max_rows(self) -> int:
        return self._max_rows

    @max_rows.setter
    def max_rows(self, value: int) -> None:
        self._max_rows = _positive("max_rows", value)

    @property
    def repr_rows(self) -> int:
        return self._max_rows

    @repr_rows.setter
    def repr_rows(self, value: int) -> None:
        warnings.warn("repr_rows is deprecated, use max_rows instead", DeprecationWarning, stacklevel=2)
        self._max_rows = _positive("repr_rows", value)

    def register_formatter(self, type_class: type, formatter: CellFormatter) -> None:
        """How values of a Python type are shown; the text is put into the page as HTML."""
        self._type_formatters[type_class] = formatter

    def set_custom_cell_builder(self, builder: Callable[..., str]) -> None:
        """A function of (value, row, column, table id) that makes whole ``<td>`` elements."""
        self._custom_cell_builder = builder

    def set_custom_header_builder(self, builder: Callable[..., str]) -> None:
        """A function of a field that makes whole ``<th>`` elements."""
        self._custom_header_builder = builder

    def format_str(self, batches: Any, schema: Any, has_more: bool = False, table_uuid: str | None = None) -> str:
        """The rows as a text table."""
        return frame_text([_arrow.batch_in(batch) for batch in batches], has_more)

    def format_html(self, batches: Any, schema: Any, has_more: bool = False, table_uuid: str | None = None) -> str:
        """The rows as an HTML table."""
        if schema is None or not hasattr(schema, "__iter__"):
            raise TypeError("Schema must be provided")
        if not batches:
            return "No data to display"
        if table_uuid is None:
            import uuid

            table_uuid = str(uuid.uuid4())
        out = self._build_html_header()
        out += self._build_table_container_start()
        out += self._build_table_header(schema)
        out += self._build_table_body(batches, table_uuid)
        out += self._build_html_footer(has_more)
        return "\n".join(out)

    # The parts of a page, under the peer's names: classes of users' override them.

    def _build_html_header(self) -> list[str]:
        return [self._styles()]

    def _build_table_container_start(self) -> list[str]:
        return [
            f'<div style="width: 100%; max-width: {self.max_width}px; max-height: {self.max_height}px; overflow: auto;">',
            '<table style="border-collapse: collapse">',
        ]

    def _build_table_header(self, schema: Any) -> list[str]:
        return ["<thead>", "<tr>", *map(self._header, schema), "</tr>", "</thead>"]

    def _build_table_body(self, batches: Any, table_uuid: str) -> list[str]:
        out = ["<tbody>"]
        row = 1  # as builders of cells count
        for batch in batches:
            core = _arrow.batch_in(batch)
            columns = [batch.column(i) for i in range(core.num_columns)]
            for r in range(core.num_rows):
                out.append("<tr>")
                out += [
                    self._cell(self._get_cell_value(column, r), row, c, table_uuid) for c, column in enumerate(columns)
                ]
                out.append("</tr>")
                row += 1
        return [*out, "</tbody>"]

    def _build_html_footer(self, has_more: bool) -> list[str]:
        out = ["</table>", "</div>", self._get_javascript()]
        if has_more and self.show_truncation_message:
            out.append("<div>Data truncated due to size.</div>")
        return out

    def _get_cell_value(self, column: Any, row_idx: int) -> Any:
        value = column[row_idx]
        return value.as_py() if hasattr(value, "as_py") else value

    def _format_cell_value(self, value: Any) -> str:
        """A value's HTML: what a registered formatter says, else its text as Python writes it, escaped."""
        for class_ in type(value).__mro__:
            if class_ in self._type_formatters:
                return self._type_formatters[class_](value)
        return _Escaped(str(value))  # None, True, 2024-02-29 00:00:00

    def _build_regular_cell(self, formatted_value: str) -> str:
        return f"<td style='{_attribute(self.style_provider.get_cell_style())}'>{formatted_value}</td>"

    def _build_expandable_cell(self, formatted_value: str, row_count: int, col_idx: int, table_uuid: str) -> str:
        if isinstance(formatted_value, _Escaped):
            head: str = _Escaped(formatted_value.plain[: self.max_cell_length])
        else:
            head = formatted_value[: self.max_cell_length]
        key = f"{row_count}-{col_idx}"
        return self._build_regular_cell(
            f"<div class='expandable-container'><span class='expandable' id='{table_uuid}-min-text-{key}'>{head}</span>"
            f"<span class='full-text' id='{table_uuid}-full-text-{key}'>{formatted_value}</span>"
            f"<button class='expand-btn' onclick=\"toggleDataFrameCellText('{table_uuid}',{row_count},{col_idx})\">...</button></div>"
        )

    def _get_default_css(self) -> str:
        return _STYLES if self.enable_cell_expansion else ""

    def _styles(self) -> str:
        css = (
            (self._get_default_css() + (self.custom_css or ""))
            .replace("\\", "\\\\")
            .replace("`", "\\`")
            .replace("${", "\\${")
            .replace("</", "<\\/")
        )
        return (
            "\n<script>\nif (!document.getElementById('df-styles')) {\n  const style = document.createElement('style');\n  style.id = 'df-styles';\n"
            f"  style.textContent = `{css}`;\n  document.head.appendChild(style);\n}}\n</script>"
        )

    def _get_javascript(self) -> str:
        if not self.enable_cell_expansion:
            return ""
        return (
            "<script>\nif (!window.__df_formatter_js_loaded__) {\n  window.__df_formatter_js_loaded__ = true;\n"
            "  window.toggleDataFrameCellText = function (id, row, col) {\n"
            '    const short = document.getElementById(id + "-min-text-" + row + "-" + col);\n'
            '    const full = document.getElementById(id + "-full-text-" + row + "-" + col);\n'
            '    const open = full.style.display === "block";\n'
            '    full.style.display = open ? "none" : "block";\n    short.style.display = open ? "block" : "none";\n  };\n}\n</script>'
        )

    def _header(self, field: Any) -> str:
        if self._custom_header_builder is not None:
            return self._custom_header_builder(field)
        return f"<th style='{_attribute(self.style_provider.get_header_style())}'>{_escape(field.name)}</th>"

    def _cell(self, value: Any, row: int, column: int, table_id: str) -> str:
        if self._custom_cell_builder is not None:
            return self._custom_cell_builder(value, row, column, table_id)
        shown = self._format_cell_value(value)
        length = len(shown.plain) if isinstance(shown, _Escaped) else len(shown)
        if length > self.max_cell_length and self.enable_cell_expansion:
            return self._build_expandable_cell(shown, row, column, table_id)
        return self._build_regular_cell(shown)


class _Escaped(str):
    """The HTML of a plain text, which is kept to be cut."""

    __slots__ = ("plain",)
    plain: str

    def __new__(cls, plain: str) -> _Escaped:
        self = super().__new__(cls, _escape(plain))
        self.plain = plain
        return self


def _escape(text: str) -> str:
    import html  # not at the package's import: its tables take a millisecond

    return html.escape(text, quote=False)  # text between tags only


def _attribute(style: str) -> str:
    """A style as an attribute in single quotes, where tests of the peer's users look for it."""
    return style.replace("&", "&amp;").replace("'", "&#x27;")


class FormatterManager:
    """Keeps the one formatter."""

    _default_formatter: DataFrameHtmlFormatter = DataFrameHtmlFormatter()

    @classmethod
    def set_formatter(cls, formatter: DataFrameHtmlFormatter) -> None:
        cls._default_formatter = formatter

    @classmethod
    def get_formatter(cls) -> DataFrameHtmlFormatter:
        return cls._default_formatter


def get_formatter() -> DataFrameHtmlFormatter:
    """The formatter in use."""
    return FormatterManager.get_formatter()


def set_formatter(formatter: DataFrameHtmlFormatter) -> None:
    """Puts another formatter in use."""
    FormatterManager.set_formatter(formatter)


def configure_formatter(**kwargs: Any) -> None:
    """Puts a new formatter with these parameters in use."""
    import inspect

    valid = set(inspect.signature(DataFrameHtmlFormatter.__init__).parameters) - {"self"}
    unknown = sorted(set(kwargs) - valid)
    if unknown:
        raise ValueError(
            f"Invalid formatter parameters: {', '.join(unknown)}. Valid parameters are: {', '.join(sorted(valid))}"
        )
    set_formatter(DataFrameHtmlFormatter(**kwargs))


def reset_formatter() -> None:
    """Puts a formatter with default parameters in use."""
    set_formatter(DataFrameHtmlFormatter())
