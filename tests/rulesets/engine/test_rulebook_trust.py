"""The checks at run time, each shown to bite on an engine that lies; closing, keeping, trying out."""

import gc
import json
import os
import threading
from pathlib import Path

import durable_rules_engine
import pytest

from rulesets.engine import rulebook as rulebook_module
from rulesets.engine.conditions import Comparison, Operator
from rulesets.engine.rulebook import (
    DecisionRule,
    DecisionTable,
    Rulebook,
    RulebookUntrustworthy,
    RuleRefused,
    rulebook_for,
    try_out,
)
from rulesets.engine.shadow import AmbiguousCase, DecisionDisputed, decide_checked
from rulesets.engine.tables import MISSING_PREFIX
from rulesets.engine.trial import probe_cases, run_trial

NATIONAL = Comparison("level", Operator.EQUAL, "national")
FIELDS = (("level", str), ("quantity", int))
POINTS = DecisionTable("points", FIELDS, (DecisionRule("第1档", (NATIONAL,), 7),))
CASE = {"level": "national"}


@pytest.fixture
def engine_call(monkeypatch):
    """Replaces one of the extension's calls by a function of the true call and its arguments."""

    def replace(name, replacement):
        true = getattr(durable_rules_engine, name)
        monkeypatch.setattr(durable_rules_engine, name, lambda *given: replacement(true, *given))

    return replace


def assert_untrustworthy(said):
    rulebook = Rulebook([POINTS])
    with pytest.raises(RulebookUntrustworthy, match=said):
        rulebook.decide("points", [CASE])
    assert rulebook.closed
    with pytest.raises(RulebookUntrustworthy, match="已经卸载"):
        rulebook.decide("points", [{}])


@pytest.mark.parametrize("answer", [1, 2, 3], ids=["not handled", "seen before", "deferred"])
def test_an_event_that_is_not_handled_stops_the_run(engine_call, answer):
    engine_call("assert_event", lambda true, *given: (answer, true(*given)[1]))
    assert_untrustworthy("没有回答")


def test_an_event_without_an_action_stops_the_run(engine_call):
    engine_call("start_action_for_state", lambda true, *given: None)
    assert_untrustworthy("没有回答")


def test_a_second_action_for_an_event_stops_the_run(engine_call):
    engine_call("complete_and_start_action", lambda true, *given: true(*given) or '{"0": {"m": {}}}')
    assert_untrustworthy("不止一次")


def test_two_rules_in_one_answer_stop_the_run(engine_call):
    def both(true, *given):
        state, messages = true(*given)
        return state, json.dumps({**json.loads(messages), "none": {"m": {}}})

    engine_call("start_action_for_state", both)
    assert_untrustworthy("不止一次")


def test_an_answer_for_another_event_stops_the_run(engine_call):
    def another(true, *given):
        state, _ = true(*given)
        return state, '{"0": {"m": {"id": "0"}}}'

    engine_call("start_action_for_state", another)
    assert_untrustworthy("答非所问")


def test_an_answer_of_an_unknown_rule_stops_the_run(engine_call):
    def unknown(true, *given):
        state, messages = true(*given)
        return state, json.dumps({"99": next(iter(json.loads(messages).values()))})

    engine_call("start_action_for_state", unknown)
    assert_untrustworthy("答非所问")


def test_an_event_left_in_the_engine_stops_the_run(engine_call):
    engine_call("get_events", lambda true, *given: '[{"id": "1"}]')
    assert_untrustworthy("没处理完")


@pytest.mark.parametrize("code", [303, 302, 204])
def test_an_error_of_the_engine_stops_the_run(engine_call, code):
    def fail(true, *given):
        raise durable_rules_engine.error(f"Could not assert event, error code: {code}")

    engine_call("assert_event", fail)
    assert_untrustworthy(str(code))


def test_an_interruption_halfway_closes_the_rulebook(engine_call):
    def interrupt(true, *given):
        raise KeyboardInterrupt

    engine_call("start_action_for_state", interrupt)
    rulebook = Rulebook([POINTS])
    with pytest.raises(KeyboardInterrupt):
        rulebook.decide("points", [CASE])
    assert rulebook.closed


def test_a_wrong_decision_is_disputed_by_the_shadow(engine_call):
    def catch_all(true, *given):
        state, messages = true(*given)
        return state, json.dumps({"none": next(iter(json.loads(messages).values()))})

    engine_call("start_action_for_state", catch_all)
    with pytest.raises(DecisionDisputed):
        decide_checked(Rulebook([POINTS]), POINTS, [CASE], sample=1)


def test_each_distinct_case_is_posted_once(engine_call):
    posted = []
    engine_call("assert_event", lambda true, *given: posted.append(given) or true(*given))
    rulebook = Rulebook([POINTS])
    assert rulebook.decide("points", [CASE, {}, CASE]) == [7, None, 7]
    assert rulebook.decide("points", [{"level": "national", "quantity": None}]) == [7]
    assert len(posted) == 2


def test_every_event_has_an_identity_of_its_own(engine_call):
    posted = []
    engine_call(
        "assert_event", lambda true, *given: posted.append(json.loads(given[1])["id"]) or true(*given)
    )
    Rulebook([POINTS]).decide("points", [{"quantity": number} for number in range(100)])
    assert len(set(posted)) == 100


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(rulebook_module, "MOST_REMEMBERED", 10)
    rulebook = Rulebook([POINTS])
    rulebook.decide("points", [{"quantity": number} for number in range(25)])
    assert len(rulebook._tables["points"].remembered) == 5


def test_a_missing_value_is_decided_in_python_and_posted_as_a_boolean(engine_call):
    posted = []
    engine_call("assert_event", lambda true, *given: posted.append(json.loads(given[1])) or true(*given))
    missing = DecisionRule("未填", (Comparison("level", Operator.IS_MISSING, None),), 1)
    assert Rulebook([DecisionTable("points", FIELDS, (missing,))]).decide("points", [{}, CASE]) == [1, None]
    assert [event[MISSING_PREFIX + "level"] for event in posted] == [True, False]


def test_no_thread_is_started():
    before = set(threading.enumerate())
    Rulebook([POINTS]).decide("points", [CASE])
    assert set(threading.enumerate()) <= before


def test_several_threads_get_their_own_answers():
    table = DecisionTable(
        "points",
        FIELDS,
        tuple(DecisionRule(str(n), (Comparison("quantity", Operator.EQUAL, n),), n) for n in range(300)),
    )
    rulebook = Rulebook([table])
    answers = {}

    def ask(start):
        answers[start] = rulebook.decide("points", [{"quantity": n} for n in range(start, 300, 4)])

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {start: list(range(start, 300, 4)) for start in range(4)}


@pytest.fixture
def deleted(monkeypatch):
    gc.collect()  # rulebooks of other tests are not counted
    handles = []
    true = durable_rules_engine.delete_ruleset
    monkeypatch.setattr(
        durable_rules_engine, "delete_ruleset", lambda handle: handles.append(handle) or true(handle)
    )
    return handles


def test_closing_deletes_the_rulesets_once(deleted):
    rulebook = Rulebook([POINTS])
    rulebook.close()
    rulebook.close()
    assert len(deleted) == 1


def test_after_a_fault_the_rulesets_are_left_alone_as_deleting_them_would_crash(deleted, engine_call):
    def interrupt(true, *given):
        raise KeyboardInterrupt

    engine_call("start_action_for_state", interrupt)
    rulebook = Rulebook([POINTS])
    with pytest.raises(KeyboardInterrupt):
        rulebook.decide("points", [CASE])
    rulebook.close()
    del rulebook
    assert deleted == []


def test_a_rulebook_that_nobody_uses_any_more_deletes_its_rulesets(deleted):
    rulebook = Rulebook([POINTS])
    del rulebook
    gc.collect()
    assert len(deleted) == 1


def resident_megabytes():
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def test_closing_gives_the_memory_back():
    rules = tuple(DecisionRule(str(n), (Comparison("quantity", Operator.EQUAL, n),), n) for n in range(300))
    before = resident_megabytes()
    for _ in range(60):
        rulebook = Rulebook([DecisionTable("points", FIELDS, rules)])
        rulebook.decide("points", [{"quantity": 5}])
        rulebook.close()
    assert resident_megabytes() - before < 50


@pytest.fixture
def kept_rulebooks():
    rulebook_module._rulebooks.clear()
    yield rulebook_module._rulebooks
    rulebook_module._rulebooks.clear()


def test_an_edition_is_compiled_once(kept_rulebooks):
    assert rulebook_for("digest", lambda: [POINTS]) is rulebook_for("digest", [POINTS])


def test_a_closed_rulebook_is_compiled_again(kept_rulebooks):
    rulebook_for("digest", lambda: [POINTS]).close()
    assert rulebook_for("digest", lambda: [POINTS]).decide("points", [CASE]) == [7]


def test_the_edition_used_longest_ago_falls_out_and_is_deleted(kept_rulebooks, deleted):
    for number in range(16):
        rulebook_for(str(number), lambda: [POINTS])
    first = rulebook_for("0", lambda: [POINTS])
    rulebook_for("16", lambda: [POINTS])
    gc.collect()
    assert len(kept_rulebooks) == 16
    assert len(deleted) == 1
    assert rulebook_for("0", lambda: [POINTS]) is first


def test_one_that_falls_out_while_in_use_still_decides(kept_rulebooks, deleted):
    in_use = rulebook_for("0", lambda: [POINTS])
    for number in range(1, 20):
        rulebook_for(str(number), lambda: [POINTS])
    assert in_use.decide("points", [CASE]) == [7]


def in_child(check):
    """Runs the check in a forked child; whether it came out true."""
    child = os.fork()
    if child == 0:
        outcome = 1
        try:
            outcome = 0 if check() else 1
        finally:
            os._exit(outcome)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_rulebook_is_not_used_over_a_fork(kept_rulebooks):
    rulebook = rulebook_for("digest", lambda: [POINTS])

    def refuses_and_compiles_its_own():
        with pytest.raises(RulebookUntrustworthy, match="另一个进程"):
            rulebook.decide("points", [CASE])
        return rulebook_for("digest", lambda: [POINTS]).decide("points", [CASE]) == [7]

    assert in_child(refuses_and_compiles_its_own)
    assert rulebook.decide("points", [CASE]) == [7]


def test_a_good_table_is_tried_out_in_a_process_of_its_own():
    try_out([POINTS], cases={"points": [CASE, {}]})


def test_a_trial_refuses_what_can_not_be_compiled():
    with pytest.raises(RuleRefused, match="第9档"):
        try_out([DecisionTable("points", FIELDS, (DecisionRule("第9档", (NATIONAL,), True),))])


def test_a_trial_names_records_that_contradict_each_other():
    large = DecisionRule("第2档", (Comparison("quantity", Operator.MORE, 5),), 8)
    with pytest.raises(AmbiguousCase, match=r"第1档.*第2档"):
        try_out(
            [DecisionTable("points", FIELDS, (*POINTS.rules, large))],
            cases={"points": [{"level": "national", "quantity": 6}]},
        )


@pytest.fixture
def trial_program(monkeypatch, tmp_path):
    """Puts a program of the test's own in the place of the trial."""

    def place(source):
        (tmp_path / "stand_in.py").write_text(source, encoding="utf-8")
        monkeypatch.setattr(rulebook_module, "TRIAL_MODULE", "stand_in")
        monkeypatch.setattr(rulebook_module, "SOURCE_ROOT", tmp_path)

    return place


def test_a_trial_that_hangs_is_killed(trial_program):
    trial_program("import time\ntime.sleep(60)")
    with pytest.raises(RulebookUntrustworthy, match="没有结束"):
        try_out([POINTS], timeout_seconds=0.5)


def test_a_trial_that_dies_is_reported(trial_program):
    trial_program("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(RulebookUntrustworthy, match="试运行中断"):
        try_out([POINTS])


def test_a_trial_that_ends_in_a_dispute_is_reported(trial_program):
    trial_program(
        "import pickle, sys\n"
        f"sys.path.insert(0, {str(rulebook_module.SOURCE_ROOT)!r})\n"
        "from rulesets.engine.shadow import DecisionDisputed\n"
        "pickle.dump(DecisionDisputed('points', {'level': 'national'}, None, 7), sys.stdout.buffer)"
    )
    with pytest.raises(RulebookUntrustworthy, match="两次判定不一致"):
        try_out([POINTS])


def test_a_trial_compares_the_engine_with_the_shadow(engine_call):
    def catch_all(true, *given):
        state, messages = true(*given)
        return state, json.dumps({"none": next(iter(json.loads(messages).values()))})

    engine_call("start_action_for_state", catch_all)
    assert isinstance(run_trial([POINTS], {}), DecisionDisputed)


def test_probe_cases_stand_on_and_around_every_value():
    band = DecisionRule(
        "称职",
        (Comparison("quantity", Operator.AT_LEAST, 80), Comparison("quantity", Operator.LESS, 95)),
        1,
    )
    probes = probe_cases(DecisionTable("bands", FIELDS, (band,)))
    assert {case["quantity"] for case in probes} == {None, 79, 80, 81, 94, 95, 96}
