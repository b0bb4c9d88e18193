"""Widgets of the notebooks: sliders and 3-D views around the figures of plots."""

from xnet_lite.widgets.base import view_site
from xnet_lite.widgets.choice_map import ChoiceMap
from xnet_lite.widgets.corpus_explorer import CorpusExplorer
from xnet_lite.widgets.corpus_map import CorpusMap
from xnet_lite.widgets.explorers import FeatureExplorer, SiteExplorer
from xnet_lite.widgets.importance_explorer import ImportanceExplorer
from xnet_lite.widgets.page import AppPage
from xnet_lite.widgets.prediction_explorer import PredictionExplorer
from xnet_lite.widgets.scan_inverter import ScanInverter
from xnet_lite.widgets.scan_viewer import ScanViewer
from xnet_lite.widgets.structure_importance import StructureImportance
from xnet_lite.widgets.structure_predictor import StructurePredictor
from xnet_lite.widgets.target_explorer import TargetExplorer
from xnet_lite.widgets.training_monitor import TrainingMonitor

__all__ = [
    "AppPage",
    "ChoiceMap",
    "CorpusExplorer",
    "CorpusMap",
    "FeatureExplorer",
    "ImportanceExplorer",
    "PredictionExplorer",
    "ScanInverter",
    "ScanViewer",
    "SiteExplorer",
    "StructureImportance",
    "StructurePredictor",
    "TargetExplorer",
    "TrainingMonitor",
    "view_site",
]
