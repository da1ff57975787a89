"""What is held together at the end of a line."""

from reports.templatetags.papers import joined


def test_a_dot_within_a_text_stays_with_the_character_before_it() -> None:
    assert joined("由阿卜杜热合曼·买买提办理。") == '由阿卜杜热合<span class="joined">曼·</span>买买提办理。'


def test_a_name_is_broken_after_its_dot() -> None:
    assert (
        joined("阿卜杜热合曼·买买提")
        == '<span class="part">阿卜杜热合曼·</span><span class="part">买买提</span>'
    )


def test_a_day_to_be_written_by_hand_stays_whole() -> None:
    assert joined("公示至　　年　月　日。") == '公示至　　<span class="joined">年　月　日</span>。'


def test_other_texts_are_escaped_alone() -> None:
    assert joined("<b>·") == "&lt;b&gt;·"
