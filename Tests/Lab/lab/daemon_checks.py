"""What the daemon must do while servers, receivers and the daemon itself die."""


def run(only=None):
    return 0, 0
