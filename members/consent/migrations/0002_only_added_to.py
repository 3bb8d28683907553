"""The database itself refuses to change what was said, or the words it was said to."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION consent_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION consent_refuse_early_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM consent_principal WHERE ref = OLD.principal_ref)
       OR EXISTS (
            SELECT FROM consent_consentevent
            WHERE principal_ref = OLD.principal_ref AND event_time > now() - interval '24 months'
       )
    THEN
        RAISE EXCEPTION 'a chain goes only with its whole time over: DELETE is refused'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER consent_event_only_grows BEFORE UPDATE ON consent_consentevent
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_change();
CREATE TRIGGER consent_event_stays BEFORE DELETE ON consent_consentevent
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_early_delete();
CREATE TRIGGER consent_words_stay BEFORE UPDATE OR DELETE ON consent_purposeversion
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_change();
CREATE TRIGGER consent_anchor_stays BEFORE UPDATE OR DELETE ON consent_ledgeranchor
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_change();
"""

LET_GO = """
DROP TRIGGER consent_anchor_stays ON consent_ledgeranchor;
DROP TRIGGER consent_words_stay ON consent_purposeversion;
DROP TRIGGER consent_event_stays ON consent_consentevent;
DROP TRIGGER consent_event_only_grows ON consent_consentevent;
DROP FUNCTION consent_refuse_early_delete();
DROP FUNCTION consent_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_ledger")]

    operations = [migrations.RunSQL(REFUSE, LET_GO)]
