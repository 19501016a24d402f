"""A program of its own: serve one GGUF file on loopback until whoever started it is gone.

Run by path, with nothing of the game imported: llama.cpp keeps Python's lock for as long as it
loads a model, which would stop a screen. What to serve comes as one line of JSON on standard
input, the key with it, so that neither shows in a list of processes; one line of JSON with the
address goes back. The end of standard input is the end: it comes with the parent's, however that died.
"""

import json
import os
import sys
import threading


def main() -> None:
    """Serve, and end when standard input does."""
    wanted = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_parent, daemon=True).start()

    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = wanted["file"]
    params.model_alias = {wanted["name"]}  # a set: a string would become one alias a letter
    params.hostnames = ["127.0.0.1"]
    params.port = 0  # any that is free
    params.api_keys = [wanted["key"]]
    params.n_ctx = wanted["context"]
    params.n_parallel = 1
    params.cache_ram_mib = 128  # it would take 8 GiB
    params.enable_reasoning = 0  # nobody waits for a model to think aloud in a game
    params.verbosity = 2  # warnings
    params.ui = False
    params.endpoint_slots = False
    for threads in (params.cpuparams, params.cpuparams_batch):
        threads.n_threads = wanted["threads"]
    server = xllamacpp.Server(params)
    sys.stdout.write(json.dumps({"address": server.listening_address}) + "\n")
    sys.stdout.flush()
    threading.Event().wait()


def end_with_parent() -> None:
    """Wait for the end of standard input, and leave at once."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
