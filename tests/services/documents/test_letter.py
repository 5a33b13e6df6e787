from mingjing.services.documents.letter import Letter


def test_the_date_of_a_document_is_written_without_leading_zeros(letter: Letter) -> None:
    assert letter.chinese_date == "2026年3月9日"
