"""通知: cards carried to the people who must know of them, by whatever they read, with proof of delivery."""
