"""A fit with a budget of seconds that its thread runs, whatever other programs take of the processor."""


def within(inshi, x, seconds, **options):
    """The fit whose thread ran for about so many seconds (never 5 % more); tried again where other programs took some."""
    limit, nearest = seconds, None
    for _ in range(4):
        fit = inshi.fit(x, tolerance=0, iterations=10**9, time_limit=limit, normalize="none", history_every=0, **options)
        if nearest is None or nearest.thread < fit.thread <= 1.05 * seconds or nearest.thread > 1.05 * seconds > fit.thread:
            nearest = fit
        if 0.9 * seconds <= fit.thread <= 1.05 * seconds or fit.wall < 0.9 * limit:
            break
        limit *= seconds / fit.thread
    return nearest
