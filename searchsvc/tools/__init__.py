"""What a language model may ask an archive, by the Model Context Protocol."""
