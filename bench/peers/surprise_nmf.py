"""Surprise's NMF without biases on ratings: the grid's best on a validation part, then the test part.

    python bench/peers/surprise_nmf.py FILE.npz

FILE.npz holds `row`, `column`, `value` (stars), and `train`, `validation`, `test`: indices of ratings. Prints JSON: the root mean
square errors of the default settings and of those chosen, and which these are. Users and films without a rating get the mean of
all, and predictions are clipped to the scale, as the package does.
"""
import json
import sys

PACKAGES = ("scikit-surprise", "numpy")
METHODS = {"nmf": ()}
LEAST, MOST = 0.5, 4.0
GRID = [(k, l2, 50) for k in (2, 5, 15) for l2 in (0.06, 0.3)]


def version():
    from importlib.metadata import version as of
    return f"surprise {of('scikit-surprise')}"


def trainset(ratings, part):
    """Surprise's own class, filled as its dataset would."""
    from collections import defaultdict
    from surprise import Trainset
    users, films, of_user, of_film = {}, {}, defaultdict(list), defaultdict(list)
    for i in part:
        u, f = users.setdefault(int(ratings["row"][i]), len(users)), films.setdefault(int(ratings["column"][i]), len(films))
        of_user[u].append((f, float(ratings["value"][i])))
        of_film[f].append((u, float(ratings["value"][i])))
    return Trainset(of_user, of_film, len(users), len(films), len(part), (LEAST, MOST), users, films)


def error(model, ratings, part):
    found = [model.predict(int(ratings["row"][i]), int(ratings["column"][i])).est - float(ratings["value"][i]) for i in part]
    return (sum(e * e for e in found) / len(found)) ** 0.5


def main(path):
    import numpy as np
    from surprise import NMF
    ratings = dict(np.load(path))  # whole arrays: a lazy archive reads one anew at each use
    train, whole = (trainset(ratings, part) for part in (ratings["train"],
                                                         np.concatenate([ratings["train"], ratings["validation"]])))

    def model(k, l2, epochs):
        return NMF(n_factors=k, n_epochs=epochs, reg_pu=l2, reg_qi=l2, biased=False, random_state=0)
    tried = [(error(model(*one).fit(train), ratings, ratings["validation"]), one) for one in GRID]
    best = min(tried)[1]
    print(json.dumps(dict(version=version(), default=error(NMF(random_state=0).fit(whole), ratings, ratings["test"]),
                          chosen=error(model(*best).fit(whole), ratings, ratings["test"]), settings=best)))


if __name__ == "__main__":
    main(sys.argv[1])
