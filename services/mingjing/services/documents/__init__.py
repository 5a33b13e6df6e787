"""公文: the documents that go with a card, as GB/T 9704 PDF/A and as editable .docx."""
