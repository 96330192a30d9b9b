"""The benchmark: our executables beside their floors and peers, in alternating rounds."""
