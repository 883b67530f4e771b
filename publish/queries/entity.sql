select entity, kind, name from entities where entity = :entity
