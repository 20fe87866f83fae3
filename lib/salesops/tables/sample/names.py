"""Names of invented hospitals, people and firms, in Chinese and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesops.tables.sample.draws import Ints, Texts

# Characters of beauty rather than of maps, so that a pair is unlikely to be a real town.
_FIRST = "霁岚翎砚栖澹珩绛翊筠璟皓苒攸瑭霖澍芷瑾棠沐昀暄珏晗煦蔚澜琰翯"
_FIRST_SOUND = (
    *("Ji", "Lan", "Ling", "Yan", "Qi", "Dan", "Heng", "Jiang", "Yi", "Yun", "Jing", "Hao", "Ran", "You", "Tang"),
    *("Lin", "Shu", "Zhi", "Jin", "Tang", "Mu", "Yun", "Xuan", "Jue", "Han", "Xu", "Wei", "Lan", "Yan", "He"),
)
_SECOND = "川浦陂屿泽榆峤壑溪畈墩坞渚陌湄垣埠岑麓汀崖圩沚塬礁湾峪坪潭洲"
_SECOND_SOUND = (
    *("chuan", "pu", "bei", "yu", "ze", "yu", "qiao", "he", "xi", "fan", "dun", "wu", "zhu", "mo", "mei"),
    *("yuan", "bu", "cen", "lu", "ting", "ya", "wei", "zhi", "yuan", "jiao", "wan", "yu", "ping", "tan", "zhou"),
)
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
_GIVEN = "岚霁昀晗砚栖澹珩翊筠璟皓苒瑭霖澍芷瑾棠沐暄珏煦蔚澜琰宁远知行舒言予安清和之景明若书怀"

HOSPITALS = {
    "tertiary hospital": ("市第一人民医院", "市中心医院", "大学附属医院", "市第二人民医院", "Central Hospital"),
    "county hospital": ("县人民医院", "县中医院", "县妇幼保健院", "县第二医院", "County Hospital"),
    "dialysis centre": ("血液透析中心", "肾病医院", "康肾透析中心", "血透（连锁）门诊部", "Dialysis Centre"),
    "independent laboratory": ("医学检验所", "检验实验室", "第三方检测中心", "临检中心", "Medical Laboratory"),
}
_FIRMS = ("医疗器械", "医疗科技", "商贸", "医药供应链", "健康产业")


def places(numbers: Ints) -> Texts:
    """Return a place name for each number; 900 in a row differ."""
    spread = (numbers * 517 + 129) % 900
    return _compose(_FIRST, _SECOND, spread)


def places_in_english(numbers: Ints) -> Texts:
    """Return the same places as `places`, spelled by sound."""
    spread = (numbers * 517 + 129) % 900
    return _compose(_FIRST_SOUND, _SECOND_SOUND, spread)


def _compose(first: Sequence[str], second: Sequence[str], number: Ints) -> Texts:
    heads, tails = np.array(list(first), dtype=object), np.array(list(second), dtype=object)
    composed: Texts = heads[number // 30] + tails[number % 30]
    return composed


def hospitals(numbers: Ints, industry: Ints, style: Ints) -> Texts:
    """Return a name for each account.

    Parameters
    ----------
    numbers
        Number of the account in the company.
    industry
        Position in `HOSPITALS`.
    style
        0 to 4; 4 gives an English name.
    """
    endings = np.array([list(kinds) for kinds in HOSPITALS.values()], dtype=object)[industry, style]
    chinese, english = places(numbers) + endings, places_in_english(numbers) + " " + endings
    branch = numbers // 900
    second = np.where(branch > 0, np.char.mod("（%d院区）", branch + 1).astype(object), "")
    named: Texts = np.where(style == 4, english, chinese) + second
    return named


def people(rng: np.random.Generator, count: int) -> Texts:
    """Return names of people: a common surname with one or two characters after it."""
    surname = np.array(list(_SURNAMES), dtype=object)[rng.integers(len(_SURNAMES), size=count)]
    given = np.array([*_GIVEN, ""], dtype=object)
    first, second = rng.integers(len(_GIVEN), size=count), rng.integers(len(_GIVEN) + 12, size=count)
    named: Texts = surname + given[first] + given[np.minimum(second, len(_GIVEN))]
    return named


def distributors(count: int) -> Texts:
    """Return names of distributors."""
    number = np.arange(count)
    firm = np.array(_FIRMS, dtype=object)[number % len(_FIRMS)]
    named: Texts = places(number * 7 + 450) + firm + "有限公司"
    return named
