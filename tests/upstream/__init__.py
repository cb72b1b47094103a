"""A scripted Video API server in a process of its own, for tests of what talks to one.

    from tests.upstream.control import running_upstream

    with running_upstream() as upstream:
        upstream.base_url                 # "http://127.0.0.1:43211/v1"
        upstream.settings(polls_queued=0, polls_in_progress=1, expires_in=3600)
        upstream.script("retrieve", status=503, headers={"Retry-After": "1"}, times=2)
        upstream.script("create", "reset", commit=True)      # bought, but nobody answers
        upstream.script("content", "truncate", keep=1000)
        ...
        upstream.creates                  # how many jobs were really made
        upstream.requests("create")       # what was received, oldest first
        upstream.reset()                  # forget jobs, faults, settings and the log

Without a script it behaves: create (form or JSON), list with pages, retrieve with a life of its
own (each look at a job moves it one step), content with ranges, pictures, delete, remix, edit,
extend, characters, models.

`script(route, do="answer", times=1, after=0, **how)`: the fault strikes the next `times`
requests of the route (None: for ever) after letting `after` of them pass. Routes: create, list,
retrieve, content, delete, remix, edit, extend, create_character, character, models, video_models,
any. `how` for every fault: `delay` (seconds before the answer), `match` (only paths that contain
it), `commit` (whether the real operation happens), `commit_after` (it happens that many seconds
after the answer). The faults:

    answer        status, headers, json= or body=        instead of the real answer
    pass          the real answer (useful with delay)
    patch         fields={…}: the real JSON with these fields changed; status= changes it, too
    rows          the real list with its rows changed: fields={…} in each, cut= (length of prompts)
                  with ellipsis=, hide= (the newest so many), more=[…] at the end, null=True (an
                  empty list is null), page={…} beside the rows
    only          nothing of the real JSON but its id (field=), at path=["data", 0, "id"]
    change_id     the real JSON with another id each time
    reset         TCP RST, no answer          close        end of connection, no answer
    silence       no answer, connection open (seconds=, default until the client leaves)
    stall         whole headers, then silence
    drip_body     one byte every `interval`   drip_headers the same from the first header on
    truncate      Content-Length, but only `keep` bytes
    truncate_close  no Content-Length, `keep` bytes
    endless       bytes for ever (json=True: as a JSON answer)
    html, empty, text, deep_json, nan_json, huge_json, gzip_bomb    200 with such a body
    redirect      location=, status=302
    no_route      404 {"detail": "Not Found"}  no_method   405 {"detail": "Method Not Allowed"}

`settings(**values)`: see `tests.upstream.api.Settings`.
"""
