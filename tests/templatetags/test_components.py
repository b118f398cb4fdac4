"""Pieces of pages in every state."""

import datetime

import pytest

from tests.templatetags.test_figures import render


def drawn(source, **context):
    return render("{% load components %}" + source, **context)


class TestBlocks:
    def test_an_empty_place_has_a_title_and_says_what_to_do(self):
        page = drawn('{% empty_state "No action yet" level=3 %}<p>Choose one.</p>{% endempty_state %}')
        assert '<h3 class="cs-h-small">No action yet</h3>' in page
        assert "<p>Choose one.</p>" in page

    def test_an_error_is_read_aloud_at_once_and_a_note_is_not(self):
        assert 'role="alert"' in drawn('{% alert "Wrong" kind="error" %}<p>Again.</p>{% endalert %}')
        note = drawn("{% alert %}<p>Saved.</p>{% endalert %}")
        assert "role" not in note
        assert "<h2" not in note

    def test_a_step_has_its_number_beside_its_heading(self):
        page = drawn('{% step 2 "Overall" %}<p>3.6</p>{% endstep %}')
        assert '<span class="cs-step__no" aria-hidden="true">2</span><h2>Overall</h2>' in page

    def test_the_advice_that_fits_the_level_stands_out(self):
        page = drawn("{% advice steps %}", steps=[("Start this week", "Say hello.", True), ("Make it normal", "Keep on.", False)])
        assert '<li class="is-first"><b>Start this week</b><span>Say hello.</span></li>' in page
        assert "<li><b>Make it normal</b>" in page

    def test_titles_are_escaped(self):
        for tag in ("empty_state title", "alert title", "step 1 title", 'action_card title "todo"'):
            page = drawn(f"{{% {tag} %}}{{% end{tag.split()[0]} %}}", title="<i>")
            assert "&lt;i&gt;" in page
            assert "<i>" not in page


class TestSaved:
    def test_only_a_failure_warns(self):
        assert "cs-saved--not" in drawn('{% saved "not" "Not saved: no connection." %}')
        assert "cs-saved--not" not in drawn('{% saved "saved" "Saved at 14:32" %}')

    def test_while_saving_there_is_no_sign(self):
        assert "<svg" not in drawn('{% saved "saving" "Saving …" %}')


class TestActionCard:
    @pytest.mark.parametrize(
        ("tag", "words"),
        [
            ('"todo"', "not begun"),
            ('"doing"', "under way"),
            ('"late" days_late=1', "1 day late"),
            ('"late" days_late=5', "5 days late"),
            ('"done"', "done"),
            ('"done" done_on=day', "done on 30 October"),
        ],
    )
    def test_each_state_has_edge_sign_and_words(self, tag, words):
        page = drawn(f'{{% action_card "A tour" {tag} %}}{{% endaction_card %}}', day=datetime.date(2026, 10, 30))
        state = tag.split('"')[1]
        assert f'class="cs-card cs-card--{state}"' in page
        assert f"</svg>\n{words}</p>" in page

    @pytest.mark.parametrize("tag", ['action_card "A tour" "lost"', 'alert "Oh" kind="bad"'])
    def test_a_state_that_no_style_knows_is_refused(self, tag):
        with pytest.raises(ValueError, match="is not one of"):
            drawn(f"{{% {tag} %}}{{% end{tag.split()[0]} %}}")
