"""Who made the sets of real handwriting, and under which license: what cards and NOTICE of trained weights say."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["ATTRIBUTIONS", "Attribution"]

_BY = "CC BY 4.0"
_QUEBEC = '"Copiste d\'un jour", Bibliothèque et Archives nationales du Québec (BAnQ)'
_LECTAUREP = (
    'LECTAUREP, A. Rostaing, M. Durand, A. Chagué: "Notaires de Paris - Répertoires" 2.0.0 (2021), Archives nationales'
    " and Inria"
)
_PERAIRE = (
    'A. Chagué, G. Pérez: "Peraire Ground Truth" 2.0.0 (2023), doi 10.5281/zenodo.7185907; holder of the papers:'
    " Bibliothèque Sébert, Espéranto-France, Paris"
)
_SWISS = 'BSI Business Systems Integration AG: "anagnostes"'
_PENDIGITS = (
    "E. Alpaydin, F. Alimoglu: Pen-Based Recognition of Handwritten Digits (training file), UCI data set 81, doi"
    " 10.24432/C5MG6K"
)
_OPTDIGITS = "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI data set 80"
_SEMEION = (
    "Semeion Research Center of Sciences of Communication, Rome, and Tattile, Brescia: Semeion Handwritten Digit, UCI"
    " data set 178"
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """What is to be said of a set wherever weights that it trained are given away.

    Attributes:
        content: What it shows, a few words.
        license: Short name.
        source: Who made it, as they ask to be named.
    """

    content: str
    license: str
    source: str


# of each file of `handwriting.SETS`
ATTRIBUTIONS: Mapping[str, Attribution] = MappingProxyType(
    {
        "quebec_running_numbers.zip": Attribution("numbers in running text, Canada", _BY, _QUEBEC),
        "lectaurep_numbers.zip": Attribution("numbers in notaries' registers, France", _BY, _LECTAUREP),
        "peraire_numbers.zip": Attribution("numbers in personal papers, France", _BY, _PERAIRE),
        "quebec_letters.zip": Attribution("letters and words, Canada", _BY, _QUEBEC),
        "lectaurep_words.zip": Attribution("words in notaries' registers, France", _BY, _LECTAUREP),
        "swiss_numbers.zip": Attribution("digits on forms, Switzerland", "Apache-2.0", _SWISS),
        "pendigits_tra.npz": Attribution("digits as pen strokes on a tablet, Turkey", _BY, _PENDIGITS),
        "optdigits_orig.npz": Attribution("digits on forms, Turkey", _BY, _OPTDIGITS),
        "semeion.npz": Attribution("digits on paper, Italy", _BY, _SEMEION),
        "hwd1000_1writer.npz": Attribution(
            "digits of a drawing program, one writer", "MIT", "(c) 2024 Niklas Henning: HwD-1000"
        ),
        "digit_eye_1writer.npz": Attribution(
            "digits on a drawing canvas, one writer", "MIT", "(c) 2018 Marko Kitonjics: digit-eye"
        ),
        "omniglot_signs.npz": Attribution("signs of many scripts", "MIT", "(c) 2015 Brenden Lake: Omniglot"),
    }
)
