"""Checks of how Acme stores its invoices."""

from __future__ import annotations

from conformance.trial import Trial, check


@check("acme-invoices", only=("boto3", "raw"), proved_by=["acme-number-lost"])
def an_invoice_keeps_its_number(t: Trial) -> None:
    """GET answers the metadata `number` that the PUT of an invoice gave."""
    t.given.object("2026/invoice 7.pdf", b"%PDF-1.7", Metadata={"number": "7"})

    got = t.call("GetObject", Key="2026/invoice 7.pdf")

    t.expect.header(got, "x-amz-meta-number", "7")
    t.expect.body(got, b"%PDF-1.7")
