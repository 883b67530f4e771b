select document, at from tombstones where document = :document
