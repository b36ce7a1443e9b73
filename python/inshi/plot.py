"""Pictures of a factorization, with matplotlib: each function draws into `ax`, or a new figure, and returns the Axes.

A model is a `Result` of `inshi.fit` or a fitted `inshi.NMF`. Large matrices are drawn as block means.
"""
import numpy as np

from ._errors import InputError

LARGEST = 1000  # rows and columns of a picture


def _axes(ax, **kwargs):
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise ImportError("inshi.plot needs matplotlib: pip install matplotlib") from None
    return plt.subplots(layout="constrained", **kwargs)[1]


def _history(model):
    found = getattr(model, "history_", getattr(model, "history", None))
    if found is None or not len(found):
        raise InputError(f"{model!r} has no history to draw: give a Result of inshi.fit or a fitted NMF")
    return found


def _basis(model):
    """The components, one a row."""
    if hasattr(model, "components_"):
        return np.asarray(model.components_)
    return np.asarray(model.W).T if hasattr(model, "W") else np.atleast_2d(np.asarray(model))


def _small(matrix):
    """Block means of at most LARGEST x LARGEST blocks."""
    matrix = np.asarray(matrix)
    for axis in (0, 1):
        size = matrix.shape[axis]
        if size > LARGEST:
            first = np.arange(LARGEST) * size // LARGEST
            counts = np.diff(np.append(first, size))
            matrix = np.add.reduceat(matrix, first, axis, dtype=float) / np.expand_dims(counts, 1 - axis)
    return matrix


def convergence(model, ax=None, x="iteration", excess=False, **line):
    """The objective of every iteration.

    Parameters
    ----------
    model : Result, NMF, or dict of them by label
    ax : Axes, optional
    x : {"iteration", "seconds"}
        What runs to the right.
    excess : bool
        Draws what each objective is above the lowest of all, on a logarithmic scale.
    **line
        For `Axes.plot`.

    Returns
    -------
    Axes
    """
    if x not in ("iteration", "seconds"):
        raise InputError(f"x is {x!r}, and must be 'iteration' or 'seconds'")
    ax = _axes(ax)
    models = model if isinstance(model, dict) else {None: model}
    least = min(_history(m)["objective"].min() for m in models.values())
    for label, m in models.items():
        rows = _history(m)
        y = rows["objective"] - least if excess else rows["objective"]
        ax.plot(rows[x], np.where(y > 0, y, np.nan), label=label, **line)
    ax.set_yscale("log")
    ax.set_xlabel(x)
    ax.set_ylabel("objective above the lowest" if excess else "objective")
    if any(label is not None for label in models):
        ax.legend()
    return ax


def components(model, shape=None, ax=None, columns=None, cmap="gray_r", order="C"):
    """The components as a grid of pictures, or, without a shape, as a grid of curves.

    Parameters
    ----------
    model : Result, NMF, or array of shape (k, features)
    shape : (int, int), optional
        Rows and columns of one picture.
    ax : Axes, optional
        The grid is drawn into it.
    columns : int, optional
        Pictures side by side.
    cmap : str
        Colours. Each picture runs from 0 to its own largest entry.
    order : {"C", "F"}
        How the features run through a picture: row by row, or column by column.

    Returns
    -------
    Axes
    """
    basis = _basis(model)
    if shape is not None and shape[0] * shape[1] != basis.shape[1]:
        raise InputError(f"shape is {shape[0]} x {shape[1]}, which is {shape[0] * shape[1]} pixels, and the components "
                         f"have {basis.shape[1]} features")
    ax = _axes(ax)
    k = len(basis)
    columns = columns or int(np.ceil(np.sqrt(k)))
    rows = -(-k // columns)
    scaled = basis / np.maximum(basis.max(axis=1, keepdims=True), np.finfo(float).tiny)
    if shape is None:
        for i, curve in enumerate(scaled):
            ax.plot(np.arange(basis.shape[1]), curve + (k - 1 - i) * 1.1, lw=1)
        ax.set_yticks([(k - 1 - i) * 1.1 for i in range(k)], [str(i) for i in range(k)])
        ax.set_xlabel("feature")
        ax.set_ylabel("component")
        return ax
    height, width = shape
    sheet = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for i, picture in enumerate(scaled):
        top, left = i // columns * (height + 1), i % columns * (width + 1)
        sheet[top:top + height, left:left + width] = picture.reshape(shape, order=order)
    ax.imshow(sheet, cmap=cmap, vmin=0, vmax=1, interpolation="nearest")
    ax.set_axis_off()
    return ax


def heatmap(matrix, ax=None, cmap="viridis", bar=True, rows="row", columns="column"):
    """A matrix as colours.

    Parameters
    ----------
    matrix : array-like
        X, W, H, ... Above 1000 rows or columns its block means.
    ax : Axes, optional
    cmap : str
    bar : bool
        A colour bar beside it.
    rows, columns : str
        Names of the axes.

    Returns
    -------
    Axes
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2:
        raise InputError(f"the matrix has {matrix.ndim} dimensions, and must have 2")
    ax = _axes(ax)
    height, width = matrix.shape
    image = ax.imshow(_small(matrix), cmap=cmap, aspect="auto", interpolation="nearest",
                      extent=(-0.5, width - 0.5, height - 0.5, -0.5))
    ax.set_xlabel(columns)
    ax.set_ylabel(rows)
    if bar:
        ax.figure.colorbar(image, ax=ax)
    return ax


def reconstruction(model, X, ax=None, cmap="viridis"):
    """X, its approximation and what remains, one above the other, with the colours of X.

    Parameters
    ----------
    model : Result or NMF
        A Result of `inshi.fit` on X, or a fitted NMF, which transforms X (samples x features).
    X : array-like
    ax : Axes, optional
    cmap : str

    Returns
    -------
    Axes
    """
    X = np.asarray(X)
    left, right = (model.transform(X), model.components_) if hasattr(model, "components_") else (model.W, model.H)
    if (left.shape[0], right.shape[1]) != X.shape:
        raise InputError(f"X is {X.shape[0]} x {X.shape[1]}, and the model is of a matrix of {left.shape[0]} x "
                         f"{right.shape[1]}")
    step = [max(1, -(-size // LARGEST)) for size in X.shape]
    some, near = X[::step[0], ::step[1]], left[::step[0]] @ right[:, ::step[1]]
    ax = _axes(ax)
    gap = np.full((max(1, len(some) // 20), some.shape[1]), np.nan)
    image = ax.imshow(np.vstack([some, gap, near, gap, np.abs(some - near)]), cmap=cmap, vmin=0, vmax=some.max(),
                      aspect="auto", interpolation="nearest")
    centre = len(some) + len(gap)
    ax.set_yticks([len(some) / 2 + i * centre for i in range(3)], ["X", "WH", "|X - WH|"])
    ax.set_xticks([])
    ax.figure.colorbar(image, ax=ax)
    return ax
