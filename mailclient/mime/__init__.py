"""Reading and building messages: headers with byte offsets, words, addresses, the part tree, body choice, safe HTML.

Pure: bytes in, values out. Bad mail is a value with defects, never an exception; time and memory are bounded.
"""
