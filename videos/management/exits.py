"""Exit codes of commands. 0 is success, 1 is an error that the output describes."""

# EX_CONFIG of sysexits.h: restarting doesn't help (for systemd's RestartPreventExitStatus).
WRONG_SCHEMA = 78
