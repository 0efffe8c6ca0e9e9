"""People: what they agree to, what they hold, what they reserve. Rules only; no page, no socket."""
