-- The profile's file of a job, an absolute path; empty: it was made by options, or before this was kept.
ALTER TABLE jobs ADD COLUMN profile_file TEXT NOT NULL DEFAULT '';
