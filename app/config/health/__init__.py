"""Two questions, never mixed: is this process alive, and can it do its work?"""
