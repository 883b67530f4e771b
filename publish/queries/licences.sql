-- Sources that something was collected from: the others are plans.
select source, title, publisher, url, licence, licence_url from sources s
where exists (select 1 from documents d where d.source = s.source) order by source
