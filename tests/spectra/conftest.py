"""What the tests of readers share."""

import pytest

from xnet_lite.spectra import read_spectrum


@pytest.fixture
def read(tmp_path):
    """Writes text or bytes to a file and reads it as a spectrum."""

    def make(contents, name="a.txt", **options):
        path = tmp_path / name
        path.write_bytes(contents.encode() if isinstance(contents, str) else contents)
        return read_spectrum(path, **options)

    return make
