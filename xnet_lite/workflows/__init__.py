"""Work that runs over many sites: making the data that the library ships."""
