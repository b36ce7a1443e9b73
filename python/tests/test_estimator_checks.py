"""scikit-learn's checks of estimators: every loss with auto, every solver with every loss it minimises (but gradient),
every start with auto. None may fail, and none is expected to."""
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import inshi
from inshi import _call, _library as L

LOSSES = ["eu", "kl", "is", "beta:0.5", "beta:1.5", "beta:3", "beta:-1"]
SOLVERS = [name for name in ["cd", *L.names(L.library.inshi_solver_name)] if name != "gradient"]
INITS = [None, "auto", *L.names(L.library.inshi_init_name)]


def supported(solver, loss):
    context = _call.borrow()
    options = _call.Options(solver="hals" if solver == "cd" else solver, loss=loss)
    status = L.library.inshi_options_check(context.pointer, options.kept[0])
    _call.give_back(context)
    return status == L.OK


ESTIMATORS = [inshi.NMF(loss=loss) for loss in LOSSES]
ESTIMATORS += [inshi.NMF(solver=solver, loss=loss) for solver in SOLVERS for loss in LOSSES if supported(solver, loss)]
ESTIMATORS += [inshi.NMF(init=init) for init in INITS]
ESTIMATORS += [inshi.NMF(missing="nan"), inshi.NMF(missing="nan", loss="kl")]
ESTIMATORS += [inshi.NMF(beta_loss="kullback-leibler"), inshi.NMF(alpha_W=0.1, l1_ratio=0.5), inshi.NMF(n_restarts=3),
               inshi.NMF(n_components=2)]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning", "ignore::inshi.InshiWarning")
@parametrize_with_checks(ESTIMATORS)
def test_scikit_learn(estimator, check):
    check(estimator)
