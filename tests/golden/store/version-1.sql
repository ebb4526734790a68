CREATE TABLE setting (
	"key" TEXT NOT NULL, 
	value TEXT, 
	PRIMARY KEY ("key")
);
INSERT INTO "setting" VALUES('changes','2');
INSERT INTO "setting" VALUES('day','2020-11-10');
CREATE TABLE document (
	id VARCHAR(16) NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "document" VALUES('10c21775ac86ae9f','{"lang":"en","text":"Shelling hit Shushi.\nHe left at 12:30, they said.\n","title":"","origin":"","segments":[["body",0,20,0],["body",21,49,1]],"omitted":[]}');
INSERT INTO "document" VALUES('577b4173925fbf50','{"lang":"ru","text":"Обстрел Шуши.\nОн ушёл в 12:40, сказали они.\n","title":"","origin":"","segments":[["body",0,13,0],["body",14,43,1]],"omitted":[]}');
INSERT INTO "document" VALUES('d5b83c210de481bd','{"lang":"ru","text":"Обстрел Шуши.\nОн ушёл в 12:40, говорят.\n","title":"","origin":"","segments":[["body",0,13,0],["body",14,39,1]],"omitted":[]}');
CREATE TABLE translation (
	id VARCHAR(16) NOT NULL, 
	source VARCHAR(16) NOT NULL, 
	target VARCHAR(16) NOT NULL, 
	lang VARCHAR(8) NOT NULL, 
	signature TEXT NOT NULL, 
	links TEXT, 
	method TEXT NOT NULL, 
	beads TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(source) REFERENCES document (id), 
	FOREIGN KEY(target) REFERENCES document (id)
);
INSERT INTO "translation" VALUES('426b1454d20bd1f3','10c21775ac86ae9f','577b4173925fbf50','ru','agency',NULL,'lines','[[[0],[0],1.0],[[1],[1],1.0]]');
INSERT INTO "translation" VALUES('c1019957c6a61bb4','10c21775ac86ae9f','d5b83c210de481bd','ru','engine',NULL,'lines','[[[0],[0],1.0],[[1],[1],1.0]]');
CREATE TABLE finding (
	translation VARCHAR(16) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(16) NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (translation, position), 
	FOREIGN KEY(translation) REFERENCES translation (id)
);
INSERT INTO "finding" VALUES('426b1454d20bd1f3',0,'1ec2631ea1b52fc7','{"id":"1ec2631ea1b52fc7","check":"name-side","verdict":"neutral","severity":"info","lang":"ru","concept":"shusha","bead":0,"source":[{"segment":0,"start":13,"end":19,"text":"Shushi"}],"target":[{"segment":0,"start":8,"end":12,"text":"Шуши"}],"expected":["Шуши"],"found":"Шуши","suggestion":"","profile":"azerbaijani","message":"''Shushi'' is the name in Armenian use; ''Шуши'' does not mark that side"}');
INSERT INTO "finding" VALUES('426b1454d20bd1f3',1,'f3c0d48a5ec96931','{"id":"f3c0d48a5ec96931","check":"number","verdict":"changed","severity":"error","lang":"ru","concept":"","bead":1,"source":[{"segment":1,"start":32,"end":37,"text":"12:30"}],"target":[{"segment":1,"start":24,"end":29,"text":"12:40"}],"expected":["12:30"],"found":"12:40","suggestion":"","profile":"azerbaijani","message":"12:30 became 12:40"}');
INSERT INTO "finding" VALUES('c1019957c6a61bb4',0,'1ec2631ea1b52fc7','{"id":"1ec2631ea1b52fc7","check":"name-side","verdict":"neutral","severity":"info","lang":"ru","concept":"shusha","bead":0,"source":[{"segment":0,"start":13,"end":19,"text":"Shushi"}],"target":[{"segment":0,"start":8,"end":12,"text":"Шуши"}],"expected":["Шуши"],"found":"Шуши","suggestion":"","profile":"azerbaijani","message":"''Shushi'' is the name in Armenian use; ''Шуши'' does not mark that side"}');
INSERT INTO "finding" VALUES('c1019957c6a61bb4',1,'f3c0d48a5ec96931','{"id":"f3c0d48a5ec96931","check":"number","verdict":"changed","severity":"error","lang":"ru","concept":"","bead":1,"source":[{"segment":1,"start":32,"end":37,"text":"12:30"}],"target":[{"segment":1,"start":24,"end":29,"text":"12:40"}],"expected":["12:30"],"found":"12:40","suggestion":"","profile":"azerbaijani","message":"12:30 became 12:40"}');
CREATE TABLE review (
	subject VARCHAR(16) NOT NULL, 
	revision INTEGER NOT NULL, 
	decision VARCHAR(16) NOT NULL, 
	reviewer TEXT NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	text TEXT NOT NULL, 
	note TEXT NOT NULL, 
	PRIMARY KEY (subject, revision)
);
INSERT INTO "review" VALUES('ef8a717e40db837f',1,'edit','Ani','2026-11-22T18:41:09+00:00','Обстрел города Шуша.','');
INSERT INTO "review" VALUES('ef8a717e40db837f',2,'accept','Лейла','2026-11-22T18:41:09+00:00','','');
INSERT INTO "review" VALUES('1ec2631ea1b52fc7',1,'dismiss','Лейла','2026-11-22T18:41:09+00:00','','it''s the agency''s name; "as printed"');
INSERT INTO "review" VALUES('1ec2631ea1b52fc7',2,'confirm','Ani','2026-11-22T18:41:09+00:00','','');
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO "schema_version" VALUES(1);
