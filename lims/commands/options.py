"""The options that several commands share; their help texts are keys of `command.toml`, put into words by `cli`."""

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[Path | None, typer.Option("--home", metavar="DIR", help="home", show_default=False)]
"""Where the laboratory lives."""
Json = Annotated[bool, typer.Option("--json", help="json")]
"""The answer as JSON on standard output."""
Host = Annotated[str, typer.Option("--host", help="host")]
Port = Annotated[int, typer.Option("--port", help="port", min=1, max=65535)]
Plot = Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="plot", show_default=False)]
"""Where the picture of a result is written."""
