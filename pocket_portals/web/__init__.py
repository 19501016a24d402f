"""The same sessions over HTTP. Needs the extra ``web``; nothing else imports it."""
