-- What systems are seen in: councils of the list, with documents, with a system.
select (select count(*) from councils where end_on is null) as councils,
       (select count(distinct council) from documents) as with_documents,
       (select count(distinct council) from systems where steps > 0) as with_systems,
       (select count(*) from systems where steps > 0) as systems,
       (select count(*) from systems where steps = 0) as proposed,
       (select count(*) from links where decision = 'proposed') as proposals
