"""`python -m xnet_lite.cli` is `xnet-lite`."""

from xnet_lite.cli import main

main()
