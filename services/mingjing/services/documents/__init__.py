"""公文: the documents that go with a card, as GB/T 9704 PDF/A-2a and PDF/UA-1 and as editable .docx."""
