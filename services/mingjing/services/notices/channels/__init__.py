"""The ways of telling; each module turns a message into what one kind of receiver takes, and reads its answer."""
