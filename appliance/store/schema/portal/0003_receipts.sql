-- Why a receipt was written: somebody signed up, took back a yes, or asked to be forgotten.
ALTER TABLE consent_receipt ADD COLUMN act TEXT NOT NULL DEFAULT 'agreed' CHECK (act IN ('agreed', 'withdrew', 'erased'));
