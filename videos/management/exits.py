"""What do the commands' exit codes mean? 0 is well, 1 is wrong in the way that the words say."""

# sysexits.h's EX_CONFIG: starting again changes nothing (systemd's RestartPreventExitStatus).
WRONG_SCHEMA = 78
