-- What told the room that it was filmed, for as long as a run lasted: "screen", "screen + led ACT".
ALTER TABLE run ADD COLUMN indicators TEXT NOT NULL DEFAULT 'screen';
