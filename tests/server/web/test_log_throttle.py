import logging

from neural_drum_machine.server.web.log_throttle import LogThrottle, throttle_logs


def test_a_kind_of_line_is_logged_once_in_a_period(caplog, clock):
    logger = logging.getLogger("a test of the throttle")
    logger.addFilter(LogThrottle(1.0, clock))
    for n in range(100):
        logger.error("socket.accept() out of system resource\nsocket: %s", n)
    logger.error("something else")
    clock.now = 1.5
    logger.error("socket.accept() out of system resource\nsocket: %s", 100)
    lines = [record.getMessage().rpartition(" ")[2] for record in caplog.records]
    assert lines == ["0", "else", "100"]


def test_the_loggers_of_the_server_are_throttled_once():
    for _ in range(2):
        throttle_logs()
    for name in ("asyncio", "uvicorn.error"):
        filters = logging.getLogger(name).filters
        assert sum(isinstance(each, LogThrottle) for each in filters) == 1
