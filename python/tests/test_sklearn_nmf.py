"""scikit-learn's own tests of NMF (as they are installed), with our class and function in place of its own."""
import inspect
import pathlib
import types

import pytest
import sklearn.decomposition

import inshi

# What is left out, and why. Everything else there must pass.
LEFT_OUT = {
    "test_initialize_nn_output": "tests the private _initialize_nmf",
    "test_initialize_close": "tests the private _initialize_nmf",
    "test_initialize_variants": "tests the private _initialize_nmf",
    "test_beta_divergence": "tests the private _beta_divergence",
    "test_special_sparse_dot": "tests the private _special_sparse_dot",
    "test_nmf_underflow": "tests the private _beta_divergence",
    "test_minibatch_nmf_transform": "MiniBatchNMF alone",
    "test_mbnmf_inverse_transform": "MiniBatchNMF alone",
    "test_minibatch_nmf_negative_beta_loss": "MiniBatchNMF alone",
    "test_minibatch_nmf_partial_fit": "MiniBatchNMF alone",
    "test_minibatch_nmf_verbose": "MiniBatchNMF alone",
    "test_nmf_decreasing": "sums the l2 penalty without its 1/2 (by the private _beta_divergence), and that sum may rise; "
                           "test_estimator.py has the objective itself",
    "test_nmf_multiplicative_update_sparse": "begins with the private _initialize_nmf, and has sparse X with B <= 0, "
                                             "which inshi refuses; test_sparse.py has the rest",
    "test_nmf_minibatchnmf_equivalence": "compares the iterates of scikit-learn's NMF and MiniBatchNMF",
}
OWN = "from sklearn.decomposition import NMF, MiniBatchNMF, non_negative_factorization\n"
PATH = pathlib.Path(sklearn.decomposition.__file__).parent / "tests" / "test_nmf.py"


if not inshi.NMF().__sklearn_tags__().input_tags.sparse:
    LEFT_OUT.update({name: "this version refuses sparse X" for name in (
        "test_nmf_sparse_input", "test_nmf_sparse_transform", "test_nmf_negative_beta_loss")})


def theirs():
    source = PATH.read_text()
    assert OWN in source, "scikit-learn's tests import NMF in another way now"
    source = source.replace(OWN, "from inshi import NMF, non_negative_factorization\n"
                                 "from sklearn.decomposition import MiniBatchNMF\n")
    module = types.ModuleType("sklearn_test_nmf")
    exec(compile(source, str(PATH), "exec"), module.__dict__)
    return module


def without_minibatch(function, minibatch):
    """The parameter sets that are about scikit-learn's MiniBatchNMF go."""
    marks = getattr(function, "pytestmark", [])
    for i, mark in enumerate(marks):
        if mark.name == "parametrize":
            values = [v for v in mark.args[1] if minibatch not in (v if isinstance(v, (list, tuple)) else [v])]
            marks[i] = pytest.mark.parametrize(mark.args[0], values, **mark.kwargs).mark
    return function


MODULE = theirs()
if hasattr(MODULE, "test_NMF_inverse_transform_Xt_deprecation"):  # in 1.6 alone
    LEFT_OUT["test_NMF_inverse_transform_Xt_deprecation"] = "the farewell to an argument that inshi never had"
for name, function in inspect.getmembers(MODULE, inspect.isfunction):
    if name.startswith("test_") and name not in LEFT_OUT:
        globals()[name] = without_minibatch(function, MODULE.MiniBatchNMF)


def test_the_class_is_ours():
    assert MODULE.NMF is inshi.NMF and MODULE.non_negative_factorization is inshi.non_negative_factorization


def test_what_is_left_out_exists():
    assert not [name for name in LEFT_OUT if not hasattr(MODULE, name)]
