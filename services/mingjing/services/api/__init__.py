"""The HTTP side of mingjing: what agencies post, what inspectors read and watch.

Reading map: `app.build` composes everything from parameters; `routes/` has one
module a question; `gateway/` takes events in; `feed/` fans cards out.
"""
