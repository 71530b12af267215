from __future__ import annotations

import pytest

from vamco.cli import keys
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused


@pytest.mark.django_db
def test_keys_are_listed_rotated_and_retired(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    person = people.add("Nguyễn Văn A")
    people.record_number(person, "citizen_id", "072085001212")
    (old,) = people.key_use()
    assert keys.main(["list"]) == 0
    assert capsys.readouterr().out.split() == [f"{old}:", "1", "numbers"]
    with pytest.raises(Refused):
        keys.main(["retire", old])
    assert keys.main(["rotate"]) == 0
    _, new = people.key_use()
    said = capsys.readouterr().out
    assert "1 numbers were sealed with the newest key." in said
    assert f"{old}: 0 numbers" in said
    assert keys.main(["rotate", "--no-new"]) == 0
    assert keys.main(["retire", old]) == 0
    assert people.key_use() == {new: 1}
    assert people.numbers(person)[0].shown == "0720••••••12"
    assert "072085001212" not in said


def test_a_word_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        keys.main([])
    assert "list" in capsys.readouterr().err
