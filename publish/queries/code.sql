select code, "group", label, definition, not_when, precision from codes where code = :code
