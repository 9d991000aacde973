enum Fate {
    PENDING,
    SILENT,
    CONFIRMED,
    LOCAL,
    REFUSED
}
