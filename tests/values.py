"""Pairs of short answers, and how a careful reader calls them. Written before the code that they test.

One pair a line, with a sign between:  =  the same    ≠  they exclude each other    ?  cannot tell    ≁  not the same (≠ or ?)
Behind an answer may stand " @" with the day on which its article was published, and " || " with words of that article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Side:
    text: str
    published: date | None = None
    article: str = ""


@dataclass(frozen=True)
class Pair:
    kind: str
    one: Side
    sign: str
    other: Side

    def __str__(self) -> str:
        return f"{self.kind}: {self.one.text} {self.sign} {self.other.text}"


AMOUNTS = """
40 people = forty people
40 people ≠ 41 people
40 ≠ 41
40 = forty
40 = 40 people
100 ≠ 98
100 boats ≠ 98 boats
about 100 = 98
about 100 boats = 98 boats
about 40 = 41
about 40 people = 41 people
about 40 ? 44
about 40 ≠ 70
around 1,000 = 1,013
roughly 500 = 496
approximately 30 = 31
some 40 boats = 41 boats
nearly 100 = 98
nearly 100 ≁ 103
almost 200 = 197
almost 200 ≠ 120
nearly 100 ≠ 60
about 41 ≁ 43
an estimated 300 people = 302 people
~40 = 41
circa 40 = 41
40 or so = 41
40-odd boats = 41 boats
1.2 million = 1,234,567
1.2 million = 1,200,000
1.2 million ≠ 1,300,000
1.2 million ≠ 1.3 million
1.2 million ≠ 1,270,000
1.23 million = 1,234,567
1.24 million ≠ 1,234,567
1.2 million people = 1,234,567 people
1.25 million = 1,250,000
1.250.000 = 1,250,000
1.250.000 = 1.25 million
1 250 000 = 1,250,000
1'250'000 = 1,250,000
1,25,000 = 125,000
1.250.000 ≠ 1,260,000
1.250,50 euros = 1,250.50 euros
12,5 percent = 12.5 percent
2.6 billion = 2,600,000,000
2.6 billion = 2.63 billion
2.6 billion ≠ 2.6 million
2.6bn = 2.6 billion
$2.6bn = $2.6 billion
$2.6 billion = 2.6 billion dollars
$2.6 billion = US$2.6 billion
$2.6 billion ≁ €2.6 billion
$6 ≠ $6 billion
$6 billion ≠ $6 million
6GW = 6 gigawatts
6-gigawatt = six gigawatts
6 GW = 6,000 MW
6 GW ≠ 6 MW
6 GW ≠ 5 GW
6 GW ≁ 6 GWh
6 kW ≁ 6 kWh
5 kWh = 5,000 Wh
5 kWh = 5 kilowatt-hours
5 kWh = 5 kilowatt hours
5 MWh ≠ 6 MWh
1 TWh = 1,000 GWh
40 km/h = 40 kilometres per hour
40 km/h = 40 kph
40 km/h = 40 kilometers an hour
40 km/h ≠ 50 km/h
40 km/h ≁ 40 km
40 km/h ≁ 40 mph
10 m/s = 36 km/h
100 mph ≠ 90 mph
100 mph = 100 miles per hour
20 degrees Celsius = 20 °C
20°C = 20 degrees Celsius
20°C = 68°F
20°C ≠ 25°C
20°C ≠ 20°F
20 degrees = 20 degrees Celsius
20 degrees ≠ 25 degrees
-5 °C = minus 5 degrees Celsius
-5 °C ≠ 5 °C
minus 5 = -5
5 m high ≁ 5 m euros
5 m high = 5 metres
5 m high = 5 metres high
5 m euros = 5 million euros
5m euros = €5 million
5m people = 5 million people
$5m = 5 million dollars
$5m ≁ 5 metres
5 m long ≠ 6 m long
a 5-metre wall ? 5 m high
5 km = 5,000 metres
5 km = 5 kilometres
5 km ≠ 5 miles
5 km ≠ 6 km
1 mile = 1.6 km
30 cm = 0.3 m high
30 cm = 300 mm
12 inches = 1 foot
3 feet = 1 yard
6 feet = 6 ft
2 tonnes = 2,000 kg
2 kg = 2,000 grams
2 kg = 2 kilos
2 kg ≠ 3 kg
2 kg ≁ 2 km
2 litres = 2 liters
2 litres = 2,000 ml
3 hectares = 30,000 square metres
3 square kilometres = 3 km²
3 sq km = 3 square kilometres
3 square kilometres ≁ 3 kilometres
3 square miles ≁ 3 miles
3 cubic metres = 3 m³
3 cubic metres ≁ 3 square metres
5 GB = 5 gigabytes
5 GB ≠ 5 MB
40% = 40 percent
40 percent = 40 per cent
40 percent = forty percent
40 percent ≠ 41 percent
40 percent ≁ 40
40 percent ≁ 40 people
40 percent ≁ 40 percentage points
5 percentage points = 5 points
0.4 percentage points ≠ 0.5 percentage points
two-thirds = 67 percent
two-thirds = 66.7 percent
two thirds = two-thirds
two-thirds ≠ 50 percent
two-thirds ≁ 64 percent
a third = one third
a third = 33 percent
a third = 33.3%
a third ≠ a quarter
a quarter = 25 percent
a quarter = one in four
half = 50 percent
half ≠ 40 percent
one in five = 20 percent
one in five = 20%
two in five = 40 percent
one in five ≠ 25 percent
2 out of 5 = 40%
every fifth = one in five
three quarters = 75 percent
three-quarters = 75%
0.5 percent ≁ half
66.7 percent = 67 percent
2.6 percent = 2.63 percent
4 percent ≁ 4.25 percent
3 percent ≁ 2.6 percent
3% ≠ 4%
2.5% ≠ 2.7%
half a million = 500,000
half a million = 0.5 million
half a dozen = six
half a dozen = 6
a dozen = 12
a dozen = twelve
a dozen boats = 12 boats
two dozen = 24
two dozen boats = 24 boats
two dozen ≠ 20
a dozen ≠ 10
a million = 1,000,000
one million = 1,000,000
a million = 1 million
a hundred = 100
a hundred ≠ 200
a hundred boats = 100 boats
a thousand = 1,000
one hundred and twenty = 120
one hundred twenty-three = 123
two hundred = 200
two thousand five hundred = 2,500
two thousand five hundred ≠ 2,000
one million two hundred thousand = 1.2 million
twenty-one = 21
twenty one = 21
twenty-one ≠ twenty
ninety-nine = 99
one and a half million = 1.5 million
two and a half hours = 150 minutes
2½ hours = 150 minutes
1½ = 1.5
an hour and a half = 90 minutes
an hour = 60 minutes
half an hour = 30 minutes
a year and a half = 18 months
90 minutes = 1.5 hours
two weeks = 14 days
a week = seven days
two weeks ≠ three weeks
two years = 24 months
two years ≠ three years
two years ≁ two months
a decade = ten years
10 years = ten years
3 hours ≠ 4 hours
24 hours = one day
30 seconds = half a minute
5 minutes ≠ 50 minutes
5 minutes ≁ 5 metres
6-year-old = six years old
40 crowns ≠ 55 crowns
40 crowns = forty crowns
40 crowns ≁ 40 euros
40 crowns ≁ 40 percent
40 crowns ≁ 40 people
900 crowns ≠ 1,250 crowns
$40 = 40 dollars
$40 = 40 US dollars
$40 = USD 40
€40 = 40 euros
€40 = EUR 40
€40 = 40 EUR
€40 = 40 €
€40 ≠ €45
€40 ≁ £40
£40 = 40 pounds
£40 = GBP 40
40 Canadian dollars ≁ 40 US dollars
40 Swedish kronor = SEK 40
40 pence = £0.40
¥500 = 500 yen
40.50 euros ≠ 40 euros
$4 ≠ $4.10
$4.50 = $4.5
$1,250 = $1250
$1,250 ≠ $1,200
900 crowns a month ≁ 900 crowns a week
900 crowns a month = 900 crowns per month
900 crowns a month = 900 crowns
900 crowns a month ≠ 1,250 crowns a month
30 to 40 people = 30-40 people
30–40 people = between 30 and 40 people
30 to 40 people ≠ 50 people
30 to 40 people ? 35 people
30 to 40 people ≁ 40 people
30 to 40 people ≁ 30 people
30-40 people ≁ 30-50 people
30-40 people ≠ 60-70 people
5 to 10 percent = 5-10 percent
5 to 10 percent ≠ 15 percent
5 to 10 percent ? 7 percent
2-3 weeks = two to three weeks
between 20 and 30 = 20-30
2024/25 ≁ 25
200 grams = 0.2 kg
2 to 3 million = 2-3 million
3-2 = 3–2
3-2 ≠ 3-1
3-2 ≁ 2-3
3-2 ≁ 3
more than 40 = over 40
more than 40 ? 41
more than 40 ? 55
more than 40 ≠ 30
more than 40 = 40
at least 40 boats ? 51 boats
at least 40 boats ≠ 12 boats
at least 40 = 40 or more
at least 40 = 40+
at least 40 ≁ at most 40
less than 40 = under 40
less than 40 ≠ 55
less than 40 ? 30
fewer than 30 ≠ more than 40
up to 40 ? 35
up to 40 ≠ 60
up to 40 = as many as 40
no more than 40 = at most 40
more than 1.2 million = 1,234,567
more than 40,000 = 40,123
more than 40,000 ≠ 35,000
2 million = 2,000,000
2 million = 2,004,512
2 million ≁ 1,700,000
about 2 million = 1,950,000
40,000 ≁ 40,123
40,000 ≠ 42,000
2,000 jobs ≁ 2020
2,000 jobs ≠ 2,200 jobs
1,000 buses ? 1,012 buses
2,000 jobs = 2000 jobs
1600 homes ≁ 1600
1600 homes = 1,600 homes
1600 homes ≠ 1700 homes
40 people [3] = 40 people
40[3] = 40
40 people[12] ≠ 41 people
40 people ≁ 40 boats
40 people ≁ 55 boats
two fires = 2 fires
two fires ≠ three fires
one boat = 1 boat
a second man ≁ one second
a second man ≁ 2 men
a second bridge = a 2nd bridge
second place = 2nd place
third ≠ fourth
3rd ≠ 4th
third floor = 3rd floor
third floor ≠ fifth floor
third floor ≁ three floors
21st century = twenty-first century
1.5 = 1.50
1.5 ≠ 1.6
0.4 ≁ 4
15,000 ≠ 1,500
15,000 ≠ 150,000
12 ≠ 21
13 ≠ 30
thirteen ≠ thirty
5k = 5,000
300k people = 300,000 people
3 lakh = 300,000
2 crore = 20 million
7 pm = 19:00
7 p.m. = 7 pm
7.30 pm = 19:30
7:30 pm = 7.30pm
7 pm ≠ 8 pm
7 am ≠ 7 pm
19:00 ≠ 20:00
noon = 12:00
7 pm ≁ 7
9:15 = 9.15 am
555-0199 = 555-0199
555-0199 ≠ 555-0198
555-0199 = 555 0199
08-555 01 99 ≁ 08-555 01 98
+46 8 555 0199 ≁ +46 8 555 0198
A320 ≠ A321
B-52 = B52
X-4471 ≠ X-4472
ZK 4471 ≁ ZK 4472
0412 ≁ 412 people
code 4471 ≠ code 4472
GPT-5.5 ≠ GPT-5.4
GPT-5.5 ≁ GPT-55
"""

NAMES = """
Nvidia = NVIDIA
Nvidia Corp. = NVIDIA
Siemens AG = Siemens
Siemens AG = Siemens Inc.
Apple Inc. = Apple
Tarn Ltd = Tarn
Ørsted A/S = Orsted
Ostby's = Ostby
the Guardian = The Guardian
the Lantern Prize = Lantern Prize
The Verge = Verge
São Paulo = Sao Paulo
Zürich = Zurich
Malmö = Malmo
Łódź = Lodz
Beyoncé = Beyonce
Straße = Strasse
Coca-Cola = Coca Cola
AT&T = AT & T
Dr. Maren Holt = Maren Holt
Judge Maren Holt = Maren Holt
Mayor Holt = Holt
Mr. Holt ≁ Mrs. Holt
King Albert ≁ Prince Albert
President Holt = Holt
Maren Holt ≁ Peter Holt
Peter Holt ≁ Maren Holt
Maren Holt ≁ Maren Berg
Maren Holt ≁ Maren
Maren Holt ≁ Holt Maren Berg
Holt || Maren Holt opened the hall. Holt thanked all. = Maren Holt
Maren Holt = Holt || Maren Holt opened the hall. Holt thanked all.
Holt || Peter Holt opened the hall. Holt thanked all. ≁ Maren Holt
Holt || Peter Holt and Maren Holt came. Holt spoke. ≁ Maren Holt || Maren Holt came.
Holt || Maren Holt opened the hall. Holt thanked all. = Holt || Maren Holt came. Holt spoke.
Holt || Peter Holt came. Holt spoke. ≁ Holt || Maren Holt came. Holt spoke.
Joint Water Board || The Joint Water Board (JWB) met. = JWB
JWB || The Joint Water Board (JWB) met. = Joint Water Board
JWB = Joint Water Board || The Joint Water Board (JWB) met.
JWB || The JWB (Joint Water Board) met. = the Joint Water Board
JWB || The Joint Works Bureau (JWB) met. ≁ Joint Water Board || The water board met.
JWB = Joint Water Board
the JWB = JWB
JWB ≁ JWC
Harbour Trust || The Northern Harbour Trust ("the Trust") met. ≁ Northern Trust
United States = US
United States = U.S.
the USA = America
United Kingdom = UK
Britain = the UK
European Union = EU
United Nations = UN
US ≁ UK
China ≁ China Mobile
New York ≁ New York Times
New York ≁ the New York Times
New York ≁ York
York ≁ New York
Mexico ≁ New Mexico
Guinea ≁ Equatorial Guinea
Guinea ≁ Guinea-Bissau
Niger ≁ Nigeria
Ireland ≁ Northern Ireland
Korea ≁ North Korea
North Korea ≁ South Korea
Washington ≁ Washington Post
Bank ≁ Deutsche Bank
Deutsche Bank ≁ Deutsche Post
Bank of England ≁ Bank of Scotland
Bank of England ≁ England
University of Oslo ≁ Oslo
University of Oslo ≁ University of Bergen
Meta ≁ Meta Platforms Ireland
Volvo ≁ Volvo Cars
Ostby ≁ Ostby Steel
Ostby Steel ≁ Steel
Times ≁ New York Times
Times ≁ Financial Times
Financial Times ≁ New York Times
Silver Gull ≁ Golden Gull
Silver Cup ≁ Cup
Paris ≁ Paris Hilton
Paris ≁ Berlin
Jordan ≁ Michael Jordan || Michael Jordan came.
General Motors ≁ Motors
General Motors ≁ General Electric
Manchester United ≁ Manchester City
Manchester United ≁ Manchester
Berlin ≁ East Berlin
Google ≁ Alphabet
line 12 = Line 12
line 12 ≠ line 13
Line 12 ≠ Line 13
the line 12 = line 12
line 12 ≁ 12 people
line 12 ≁ 12
12 Harbour Street ≠ 40 Harbour Street
12 Harbour Street = 12 Harbour St
12 Harbour Street = 12 Harbour Street, Tarn
12 Harbour Street ≁ 12 Mill Street
12 Harbour Street ≁ Harbour Street
12 Harbour Street ≁ 12 people
room 3 ≠ room 4
room 3 = Room 3
room 3 ≁ three rooms
room 3 ≁ 3
ship 84 ≠ ship 85
ship 84 ≁ 84 ships
Flight 370 ≠ flight 371
Boeing 737 ≠ Boeing 747
Boeing 737 ≁ Airbus 737
Boeing 737 = the Boeing 737
Highway 61 ≠ Highway 66
Apollo 11 ≠ Apollo 13
Article 5 ≠ Article 6
Chapter 4 = chapter 4
section 2.3 ≠ section 2.4
version 2.1 ≠ version 2.2
Windows 10 ≠ Windows 11
platform 9 ≠ platform 3
No. 5 = number 5
No. 5 ≠ No. 6
page 12 ≠ page 21
Class 4 ≠ Class 5
bus 40 ≠ bus 41
gate B7 ≠ gate B9
Elizabeth II ≁ Elizabeth I
Charles III ≁ Charles II
Charles III = King Charles III
Anna Berg and Eva Lind = Eva Lind and Anna Berg
Anna Berg and Eva Lind ≁ Anna Berg
Anna Berg and Eva Lind ≁ Anna Berg and Eva Holm
Anna Berg, Eva Lind and Ida Holm = Ida Holm, Anna Berg and Eva Lind
anna@tarn.example = Anna@tarn.example
anna@tarn.example ≁ ana@tarn.example
www.tarn.example ≁ www.tarn.test
George W. Bush ≁ George H. W. Bush
John F. Kennedy = John Kennedy
Jean-Claude Juncker = Jean Claude Juncker
St. Olav Street = Saint Olav Street
Mount Tarn = Mt. Tarn
"""

TIMES = """
14 March 2024 = March 14, 2024
14 March 2024 = 2024-03-14
14 March 2024 = 14.3.2024
14 March 2024 = 14.03.2024
14 March 2024 = 14/3/2024
14 March 2024 = 3/14/2024
14 March 2024 = 14 Mar 2024
14 March 2024 = Mar. 14, 2024
14 March 2024 = 14th March 2024
14 March 2024 = the 14th of March 2024
14 March 2024 = 14th of March, 2024
14 March 2024 = Thursday, 14 March 2024
14 March 2024 = 2024/03/14
14 March 2024 = on March 14th, 2024
14 March 2024 = 14-03-2024
14 March 2024 ≠ 15 March 2024
14 March 2024 ≠ 14 April 2024
14 March 2024 ≠ 14 March 2023
14 March 2024 ≠ 2024-03-15
14 March 2024 ≠ 13.3.2024
4 March 2024 ? 3/4/2024
4 March 2024 ? 4/3/2024
3 March 2024 = 3/3/2024
3/4/2024 = 3/4/2024
4.3.2024 = 4 March 2024
4 March 2024 ≠ 5/6/2024
14 March 2024 ? March 2024
14 March 2024 ? 2024
14 March 2024 ? in March
14 March 2024 ≠ April 2024
14 March 2024 ≠ 2023
14 March = March 14
14 March = 14th March
14 March = the 14th of March
14 March ≠ 15 March
14 March ≠ 14 April
15 April ≠ 30 April
on 15 April ≠ by 30 April
14 March = 14 March 2024
14 March ≁ 15 March 2024
14 March @2024-03-20 = 14 March 2024
14 March @2024-03-20 ≁ 14 March 2020
14 March @2024-03-20 ≁ 14 March @2020-03-20
in March = March
in March ≠ in April
March 2024 = in March 2024
March 2024 ≠ March 2023
March 2024 ≠ April 2024
March 2024 ? 2024
in March @2024-04-02 = March 2024
in March @2024-04-02 ≁ March 2023
2024 = in 2024
2024 ≠ 2023
1931 ≠ 1932
May ≁ May 1931
May 1931 = in May 1931
May 1931 ≠ May 1932
in 1066 ≠ in 1067
the 1930s ≠ the 1940s
the 1930s ? 1935
the 1930s ≠ 1945
the 1930s = the 1930s
the 15th = the 15th
the 15th ≠ the 16th
on the 15th ≠ on the 30th
the 15th @2024-03-20 = 15 March 2024
the 15th @2024-03-20 ≁ 15 April 2023
the 15th ? March
Tuesday @2026-03-12 = 10 March 2026
on Tuesday @2026-03-12 = 10 March
on Tuesday @2026-03-12 = on Tuesday @2026-03-13
on Tuesday @2026-03-12 ≠ on Tuesday @2026-03-20
on Tuesday @2026-03-12 ≠ on Monday @2026-03-12
on Tuesday @2026-03-12 ≠ 11 March 2026
on Tuesday ≠ on Monday
on Tuesday = Tuesday
last Tuesday @2026-03-12 = Tuesday @2026-03-12
yesterday @2026-03-12 = 11 March 2026
yesterday @2026-03-12 = Wednesday @2026-03-12
yesterday @2026-03-12 = today @2026-03-11
yesterday @2026-03-12 ≠ yesterday @2026-03-13
yesterday @2026-03-12 ≠ today @2026-03-12
today @2026-03-12 = 2026-03-12
tomorrow @2026-03-12 = 13 March 2026
tomorrow @2026-03-12 ≠ 14 March 2026
last week @2026-03-12 ≁ 11 March 2026
last week @2026-03-12 ≠ 11 June 2026
last week @2026-03-12 = last week @2026-03-13
last week @2026-03-12 ≠ last week @2026-06-12
last week @2026-03-12 ≁ two weeks ago @2026-03-12
last month @2026-03-12 = February 2026
last month @2026-03-12 = in February @2026-03-20
last month @2026-03-12 ≠ March 2026
last year @2026-03-12 = 2025
last year @2026-03-12 ≠ 2024
last year @2026-03-12 ≠ this year @2026-03-12
this year @2026-03-12 = 2026
next year @2026-03-12 = 2027
next month @2026-03-12 = April 2026
two weeks ago @2026-03-12 = two weeks ago @2026-03-12
two weeks ago @2026-03-12 ≠ 1 June 2026
two weeks ago @2026-03-12 ? 26 February 2026
two days ago @2026-03-12 = 10 March 2026
two days ago @2026-03-12 = Tuesday @2026-03-12
three days ago @2026-03-12 ≠ 10 March 2026
a year ago @2026-03-12 ≁ 2024
last week ≁ last month
last year ≁ last week
1600 homes ≁ 1600 AD
in 1600 homes ≁ in 1600
2,000 jobs ≁ in 2000
2020 people ≁ 2020
14 March 2024 ≁ 14
14 March 2024 ≁ 2,024 people
March ≁ a march
spring ≁ summer
from 14 March 2024 to 16 March 2024 ≁ 14 March 2024
14-16 March 2024 ≁ 14 March 2024
14-16 March 2024 = 14 to 16 March 2024
early March ? March
late March ≁ early March
mid-March ? 14 March
"""

WORDS = """
dark green ? dark red
dark green = Dark green
dark green ≁ green
dark green ≁ light green
a short circuit = the short circuit
a short circuit ? a candle
a short circuit = short circuits
a short circuit ≁ a long circuit
a candle = candles
a candle ? a cigarette
the mayor = mayor
the mayor = the mayor's
the mayor ≁ the deputy mayor
the mayor ≁ the former mayor
the old mill = old mill
in the old mill = the old mill
the old mill ≁ the new mill
the mill ≁ the mill owner
because of rain = rain
rain ≁ no rain
open ≁ not open
closed ≁ open
before the war ≁ after the war
the war ≁ after the war
with sugar ≁ without sugar
from Oslo ≁ to Oslo
a dog bites a man ≁ a man bites a dog
a strike = strikes
heavy rain ≁ light rain
heavy rain ≁ rain
steel and glass ≁ steel
steel and glass = steel and glass
steel and glass ≁ steel or glass
café = cafe
new ≁ news
the universe ≁ the university
a policy ≁ the police
cities = a city
buses = bus
glass = the glass
glass ≁ gas
left hand ≁ right hand
yes ≁ no
water and food ≁ food
engine failure ≁ failure of the brakes
"to save money" = to save money
to save money ≁ to lose money
his own boat = own boat
free of charge ≁ charge
"""

_SIGNS = re.compile(r" ([=≠?≁]) ")
_SIDE = re.compile(r"(?P<text>.*?)(?: @(?P<day>\d{4}-\d\d-\d\d))?(?: \|\| (?P<article>.*))?")


def _side(written: str) -> Side:
    found = _SIDE.fullmatch(written)
    assert found is not None
    return Side(found["text"], date.fromisoformat(found["day"]) if found["day"] else None, found["article"] or "")


def pairs() -> list[Pair]:
    """All of them, in order."""
    tables = {"amount": AMOUNTS, "name": NAMES, "time": TIMES, "words": WORDS}
    told = [(kind, _SIGNS.split(line)) for kind, table in tables.items() for line in table.strip().splitlines()]
    return [Pair(kind, _side(one), sign, _side(other)) for kind, (one, sign, other) in told]
